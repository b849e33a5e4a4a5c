"""Moving pictures: programs that take frames on their standard input and leave a GIF or an MP4."""
