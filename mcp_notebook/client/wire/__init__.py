"""What carries messages to a server and back: pipes, HTTP, this process; progress is taken out on the way.

`codes → tap → burst → frames, events → bodies → web → http`; `stdio` and `inprocess` beside them.
"""
