"""`keep_loop_alive`: the user's own asyncio work goes on while a cell is blocked.

keeping    the switch                           turns     turns of the kernel's loop inside a wait
nestable   where it is refused, and why         messages  the kernel's shell stream, paused meanwhile
"""
