"""What a broker says before it hangs up is heard; kafka-python drops it when both are there at once."""

import socket

from kafka.net.transport import KafkaTCPTransport

from broker.network import LastWords


def test_what_came_with_the_end_is_read_before_the_end() -> None:
    ours, brokers = socket.socketpair()
    ours.setblocking(False)
    transport = KafkaTCPTransport(None, ours)
    brokers.sendall(b"refused")
    brokers.close()
    read = LastWords(transport._sock_recv)
    assert read() == (b"refused", None)
    for _ in range(2):
        rest, end = read()
        assert rest == b""
        assert "socket disconnected" in str(end)
    ours.close()


def test_a_connection_that_goes_on_is_left_alone() -> None:
    ours, brokers = socket.socketpair()
    ours.setblocking(False)
    transport = KafkaTCPTransport(None, ours)
    read = LastWords(transport._sock_recv)
    for word in (b"one", b"two"):
        brokers.sendall(word)
        assert read() == (word, None)
    brokers.close()
    assert "socket disconnected" in str(read()[1])
    ours.close()
