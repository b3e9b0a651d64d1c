"""Brings a file to a title by tuspy, a tus client that is not ours, over connections that break.

Arguments: the endpoint, the key, the file, the size of a request in bytes.
"""

import os
import socket
import sys
from urllib.parse import urlsplit

from tusclient.client import TusClient
from tusclient.storage.filestorage import FileStorage

endpoint, key, path, chunk = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
size = os.path.getsize(path)
client = TusClient(endpoint, headers={"Authorization": f"Bearer {key}"})
storage = FileStorage(path + ".urls")


def uploader():
    """As a program does it that was started anew: the address comes from its storage, the offset from the shop."""
    return client.uploader(
        path,
        chunk_size=chunk,
        metadata={"filename": os.path.basename(path)},
        retries=5,
        retry_delay=1,
        store_url=True,
        url_storage=storage,
        upload_checksum=True,
    )


def cut(url, offset, length, sent):
    """A request of `length` bytes whose connection breaks after `sent` of them."""
    parts = urlsplit(url)
    head = (
        f"PATCH {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {key}\r\n"
        f"Tus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\nContent-Length: {length}\r\n"
        "Content-Type: application/offset+octet-stream\r\n\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port)) as connection, open(path, "rb") as file:
        connection.sendall(head.encode())
        file.seek(offset)
        while sent > 0:
            block = file.read(min(sent, 1 << 20))
            connection.sendall(block)
            sent -= len(block)


first = uploader()
first.upload_chunk()
first.upload_chunk()
assert first.offset == 2 * chunk, first.offset

cut(first.url, first.offset, size - first.offset, chunk + chunk // 2)
second = uploader()
assert second.url == first.url, "the upload was begun anew"
assert 2 * chunk <= second.offset <= 3 * chunk + chunk // 2, second.offset
print("after a cut:", second.offset - 2 * chunk, "of", chunk + chunk // 2, "bytes were kept")
second.upload_chunk()

third = uploader()
assert third.offset == second.offset, (third.offset, second.offset)
third.upload()
assert third.offset == size, third.offset
assert uploader().offset == size
