"""How uvicorn serves us."""

import asyncio
import socket

import uvicorn
from starlette.applications import Starlette

from app.api.connections import manners


async def _waits_for_more() -> list[bool]:
    """Of each connection on a socket as several processes share it: whether it holds small writes back."""
    server = uvicorn.Server(uvicorn.Config(Starlette(), log_config=None, lifespan="off", **manners([])))
    with socket.socket() as listening:  # without its protocol, as uvicorn makes the one that its processes share
        listening.bind(("127.0.0.1", 0))
        running = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event that says so
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: route.test\r\n\r\n")
        await reader.readline()
        known = [each.transport for each in server.server_state.connections if each.transport is not None]
        sockets = [each.get_extra_info("socket") for each in known]
        waits = [each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0 for each in sockets]
        writer.close()
        server.should_exit = True
        await running
    return waits


def test_an_answer_of_one_of_several_processes_does_not_wait_for_an_acknowledgement() -> None:
    assert asyncio.run(asyncio.wait_for(_waits_for_more(), 20)) == [False]
