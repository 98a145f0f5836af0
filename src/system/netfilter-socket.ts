// A netlink socket to the kernel's nf_tables: what nft itself speaks, without a process and a language in between. Linux only.
import { closeSync } from 'node:fs';
import koffi from 'koffi';
import type { NetfilterSocket } from '../respond/contract.ts';
import { libc, SystemError } from './ffi.ts';

const socket: (domain: number, type: number, protocol: number) => number = libc.func(
  'int socket(int domain, int type, int protocol)',
);
const setOption: (fd: number, level: number, name: number, value: Int32Array, length: number) => number = libc.func(
  'int setsockopt(int fd, int level, int name, void *value, unsigned int length)',
);
const send: (fd: number, bytes: Uint8Array, length: number, flags: number) => number = libc.func(
  'long send(int fd, void *bytes, size_t length, int flags)',
);
const receive: (fd: number, bytes: Uint8Array, length: number, flags: number) => number = libc.func(
  'long recv(int fd, void *bytes, size_t length, int flags)',
);

// <sys/socket.h>, <linux/netlink.h>
const netlinkFamily = 16;
const rawSocket = 3;
const closeOnExec = 0o2000000;
const netfilterProtocol = 12;
const netlinkLevel = 270;
const shortAcknowledgments = 10;
const dontWait = 0x40;
const headerSize = 16;
const errorType = 2;

const answers = new Uint8Array(65_536);
const view = new DataView(answers.buffer);

/** In the network namespace of the calling thread. Throws SystemError. */
export function openNetfilter(): NetfilterSocket {
  const fd = socket(netlinkFamily, rawSocket | closeOnExec, netfilterProtocol);
  if (fd < 0) throw new SystemError('socket', koffi.errno());
  // A failed message comes back without its body, which may be larger than what the socket holds.
  setOption(fd, netlinkLevel, shortAcknowledgments, new Int32Array([1]), 4);
  return {
    exchange: (messages) => {
      if (send(fd, messages, messages.length, 0) < 0) throw new SystemError('send to nf_tables', koffi.errno());
      return readAcknowledgments(fd);
    },
    close: () => closeSync(fd),
  };
}

/** The kernel works while it is sent to: all it has to say is there. */
function readAcknowledgments(fd: number): readonly number[] {
  const codes: number[] = [];
  for (;;) {
    const length = receive(fd, answers, answers.length, dontWait);
    if (length < 0) {
      const error = new SystemError('receive from nf_tables', koffi.errno());
      if (error.code === 'EAGAIN') return codes;
      throw error;
    }
    collectCodes(length, codes);
  }
}

/** Of a datagram of whole messages: length, type, flags, sequence, port, and of an acknowledgment the negative errno. */
function collectCodes(length: number, codes: number[]): void {
  for (let at = 0; at + headerSize <= length; ) {
    // Every platform that koffi has prebuilt binaries for is little-endian.
    const messageLength = view.getUint32(at, true);
    if (messageLength < headerSize) return;
    if (view.getUint16(at + 4, true) === errorType) codes.push(-view.getInt32(at + headerSize, true));
    at += (messageLength + 3) & ~3;
  }
}
