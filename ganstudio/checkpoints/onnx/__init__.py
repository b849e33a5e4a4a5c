"""ONNX generators: functions from latents to pictures that ONNX Runtime evaluates in a process of its own.

Here runs the wall between a model whose weights we have and a function from latents to pictures. What is in an ONNX
file is a program of two hundred kinds of operators, not a row of layers: only ONNX Runtime knows what it computes. So
it becomes an `Architecture` with the usual inputs, the usual picture and one layer of kind "graph" between them.
Whoever only asks for pictures (samples, sheets, walks, sliders, judges) needs nothing else; whoever needs weights or
features finds no layer that has any, and `Architecture.opaque` says why.
"""
