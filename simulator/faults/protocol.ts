/** Faults of the SFTP conversation, P01 to P31. */
import type { Fault } from '../fault.ts';
import type { SftpSession } from '../sftp/session.ts';
import { Refusal } from '../sftp/tree.ts';
import { type Answer, MESSAGE, type Request, STATUS, status, u32 } from '../sftp/wire.ts';
import { HOSTILE } from './hostile.ts';
import type { NamedFault, Verdict } from './named.ts';
import { hidden, withAttributes, withBytes, withFiles } from './trees.ts';

type FalseAnswer = (
  request: Request,
  honest: () => Promise<Answer>,
  session: SftpSession,
) => Promise<Answer | undefined>;

/** A fault that answers some kind of request in its own way. */
function answering(type: number, lie: FalseAnswer): Fault {
  return {
    sftp: {
      answer: (request, honest, session) =>
        request.type === type ? lie(request, honest, session) : honest(),
    },
  };
}

/** A fault that sends DATA frames in its own way. */
function sending(lie: (frame: Buffer, send: (bytes: Buffer) => void, session: SftpSession) => void): Fault {
  return {
    sftp: {
      frame(request, frame, send, session) {
        if (request.type === MESSAGE.READ && frame.readUInt8(4) === MESSAGE.DATA) lie(frame, send, session);
        else send(frame);
      },
    },
  };
}

function silentTo(
  name: 'READ' | 'OPEN' | 'CLOSE' | 'READDIR' | 'STAT',
  types: readonly number[],
  told: Pick<NamedFault, 'expected' | 'note'> = { expected: ['REQUEST_TIMEOUT'] },
): NamedFault {
  return {
    name: `P11-${name}`,
    ...told,
    make: () => ({
      sftp: { answer: async (request, honest) => (types.includes(request.type) ? undefined : honest()) },
    }),
  };
}

function greeting(version: 2 | 6): NamedFault {
  return {
    name: `P21-${version}`,
    expected: ['SFTP_UNSUPPORTED'],
    make: () => answering(MESSAGE.INIT, async () => ({ kind: 'version', version, extensions: {} })),
  };
}

/** Half of a size, rounded down: where a file is cut or changes. */
const half = (size: number | undefined) => Math.floor((size ?? 0) / 2);

const brokenProtocol: readonly Verdict[] = ['SFTP_PROTOCOL'];

export const protocolFaults: readonly NamedFault[] = [
  {
    name: 'P01',
    expected: ['SHORT_FILE'],
    make: () => ({
      sftp: { tree: (tree) => withAttributes(tree, (of) => ({ ...of, size: (of.size ?? 0) + 1000 })) },
    }),
  },
  {
    name: 'P02',
    expected: ['EXCESS_DATA'],
    make: () => ({
      sftp: { tree: (tree) => withAttributes(tree, (of) => ({ ...of, size: half(of.size) })) },
    }),
  },
  {
    name: 'P03',
    expected: ['SIZE_UNKNOWN'],
    make: () => ({
      sftp: { tree: (tree) => withAttributes(tree, ({ size: _, ...of }) => of) },
    }),
  },
  {
    name: 'P04',
    expected: ['right'],
    make: () => ({
      sftp: {
        tree: (tree) =>
          withFiles(tree, (file) => ({
            ...file,
            read: (offset, length) => file.read(offset, Math.ceil(length / 3)),
          })),
      },
    }),
  },
  {
    name: 'P05',
    expected: brokenProtocol,
    make: () => answering(MESSAGE.READ, async () => ({ kind: 'data', bytes: Buffer.alloc(0) })),
  },
  {
    name: 'P06',
    expected: ['SHORT_FILE'],
    make: () => ({
      sftp: {
        tree: (tree) =>
          withFiles(tree, async (file) => {
            const end = half((await file.attributes()).size);
            return {
              ...file,
              read: async (offset, length) =>
                offset >= end ? status(STATUS.EOF) : file.read(offset, Math.min(length, end - offset)),
            };
          }),
      },
    }),
  },
  {
    name: 'P07',
    expected: ['EXCESS_DATA'],
    make: () => ({
      sftp: {
        tree: (tree) =>
          withFiles(tree, (file) => ({
            ...file,
            read: async (offset, length) => {
              const answer = await file.read(offset, length);
              return answer.kind === 'data' ? answer : { kind: 'data', bytes: Buffer.alloc(length, 'x') };
            },
          })),
      },
    }),
  },
  {
    name: 'P08',
    expected: ['SFTP_PROTOCOL'],
    make: () =>
      answering(MESSAGE.READ, async (request, honest) =>
        withBytes(await honest(), (bytes) =>
          Buffer.concat([bytes, Buffer.alloc(request.length - bytes.length + 100, 'x')]),
        ),
      ),
  },
  {
    name: 'P09',
    expected: brokenProtocol,
    make: () =>
      sending((frame, send) => {
        frame.writeUInt32BE((frame.readUInt32BE(5) + 100_000) >>> 0, 5);
        send(frame);
      }),
  },
  {
    name: 'P10',
    expected: brokenProtocol,
    make: () =>
      sending((frame, send) => {
        send(Buffer.from(frame));
        send(frame);
      }),
  },
  silentTo('READ', [MESSAGE.READ]),
  silentTo('OPEN', [MESSAGE.OPEN]),
  silentTo('CLOSE', [MESSAGE.CLOSE], {
    expected: ['right', 'REQUEST_TIMEOUT'],
    note: 'What was read to its end is kept; the session is of no more use.',
  }),
  silentTo('READDIR', [MESSAGE.READDIR]),
  silentTo('STAT', [MESSAGE.STAT, MESSAGE.LSTAT, MESSAGE.FSTAT]),
  {
    name: 'P12',
    expected: brokenProtocol,
    make: () =>
      sending((frame, send) => {
        send(Buffer.concat([u32(0xffffffff), frame.subarray(4)]));
      }),
  },
  {
    name: 'P13',
    expected: ['REMOTE_FAILURE'],
    make: () => answering(MESSAGE.READ, async () => status(9999, 'Computer says no')),
  },
  {
    name: 'P14',
    expected: ['REMOTE_FAILURE'],
    note: 'None of them reaches a log, a terminal, a message or a mail as it is.',
    make: () => answering(MESSAGE.OPEN, async () => status(STATUS.FAILURE, `all well${HOSTILE}`)),
  },
  {
    name: 'P15',
    expected: ['right'],
    make: () => {
      const sent = new WeakMap<SftpSession, number>();
      return sending((frame, send, session) => {
        send(frame);
        const now = (sent.get(session) ?? 0) + frame.length;
        sent.set(session, now < 65_536 ? now : 0);
        if (now >= 65_536) session.connection.rekey();
      });
    },
  },
  {
    name: 'P16',
    expected: ['right'],
    make: () => {
      const held = new WeakMap<SftpSession, Buffer[]>();
      return sending((frame, send, session) => {
        const waiting = held.get(session) ?? [];
        held.set(session, waiting);
        waiting.push(frame);
        const release = () => {
          for (const one of waiting.splice(0).reverse()) send(one);
        };
        if (waiting.length >= 4) release();
        else if (waiting.length === 1) setTimeout(release, 5);
      });
    },
  },
  {
    name: 'P17',
    expected: ['REMOTE_DENIED'],
    note: 'Every other report arrives.',
    make: () => ({
      sftp: {
        tree: (tree) => ({
          ...tree,
          async open(path) {
            if (path.includes('CCMDS01')) throw new Refusal(STATUS.PERMISSION_DENIED);
            return tree.open(path);
          },
        }),
      },
    }),
  },
  {
    name: 'P18',
    expected: ['right'],
    later: ['right'],
    note: 'Asked for again, one at a time.',
    make: () => {
      const tried = new Set<string>();
      return {
        sftp: {
          tree: (tree) => ({
            ...tree,
            async open(path) {
              if (tried.has(path)) return tree.open(path);
              tried.add(path);
              throw new Refusal(STATUS.FAILURE, 'File in use');
            },
          }),
        },
      };
    },
  },
  {
    name: 'P19',
    expected: ['right'],
    later: ['right'],
    note: 'Nothing is opened a second time.',
    make: readOnce,
  },
  {
    name: 'P20',
    expected: ['CONNECTION_LOST'],
    later: ['REMOTE_MISSING'],
    note: 'The lost report is alarmed, never taken for received.',
    make: () => {
      let cut = false;
      const fault = readOnce();
      return {
        sftp: {
          ...fault.sftp,
          async answer(request, honest, session) {
            if (request.type !== MESSAGE.READ || cut) return honest();
            cut = true;
            session.connection.cut();
            return undefined;
          },
        },
      };
    },
  },
  greeting(2),
  greeting(6),
  {
    name: 'P22',
    expected: ['CONNECTION_LOST'],
    make: () => {
      const reads = new WeakMap<SftpSession, number>();
      return answering(MESSAGE.READ, async (_, honest, session) => {
        const now = (reads.get(session) ?? 0) + 1;
        reads.set(session, now);
        if (now < 3) return honest();
        session.close();
        return undefined;
      });
    },
  },
  {
    name: 'P23',
    expected: ['FILE_CHANGED'],
    make: () => ({
      sftp: {
        tree: (tree) => {
          const longer = (of: { size?: number; modified: number }) => ({
            size: (of.size ?? 0) + 500,
            modified: of.modified + 60,
          });
          const listed = new Set<string>();
          const changed = withAttributes(tree, (of) => ({ ...of, ...longer(of) }));
          return {
            attributes: changed.attributes,
            list(path) {
              const first = !listed.has(path);
              listed.add(path);
              return first ? tree.list(path) : changed.list(path);
            },
            async open(path) {
              const file = await changed.open(path);
              const { size = 0 } = await file.attributes();
              return {
                ...file,
                read: async (offset, length) => made(offset, Math.min(length, size - offset)),
              };
            },
          };
        },
      },
    }),
  },
  {
    name: 'P24',
    expected: ['EXCESS_DATA'],
    make: () =>
      changingWhileRead(
        (size) => size + 700,
        (of) => ({ modified: of.modified + 1 }),
      ),
  },
  {
    name: 'P25',
    expected: ['SHORT_FILE'],
    make: () => changingWhileRead(half, (of) => ({ modified: of.modified + 1 })),
  },
  {
    name: 'P26',
    expected: ['FILE_CHANGED'],
    note: 'Told by its time; of two files with one name, size and time nobody could tell.',
    make: () =>
      changingWhileRead(
        (size) => size,
        (of) => ({ modified: of.modified + 1 }),
      ),
  },
  goneAfter('open'),
  goneAfter('end'),
  goneAfter('close'),
  {
    name: 'P28',
    expected: ['right'],
    make: () => answering(MESSAGE.CLOSE, async () => status(STATUS.FAILURE, 'Cannot close')),
  },
  {
    name: 'P29',
    expected: ['right', 'CONNECTION_LOST'],
    note: 'What was read to its end is kept, and it is said that nobody could look at it again.',
    make: () => {
      const read = new WeakMap<SftpSession, Set<string>>();
      return {
        sftp: {
          async answer({ type, handle }, honest, session) {
            const handles = read.get(session) ?? new Set();
            read.set(session, handles);
            if (type === MESSAGE.READ) handles.add(handle);
            const answer = await honest();
            if (type === MESSAGE.CLOSE && handles.has(handle)) session.connection.cut();
            return answer;
          },
        },
      };
    },
  },
  {
    name: 'P30',
    expected: ['SFTP_TEXT'],
    note: 'The notice is shown, whatever it is written in.',
    make: () => ({
      sftp: {
        frame(request, frame, send) {
          if (request.type === MESSAGE.INIT) send(Buffer.from('系統維護中 This account is disabled.\r\n'));
          send(frame);
        },
      },
    }),
  },
  trailing('NAME', 'FOLDER_UNREADABLE'),
  trailing('ATTRS', 'SFTP_PROTOCOL'),
];

/** A server that lets a file be read once: from some moment on it is not there. */
function goneAfter(moment: 'open' | 'end' | 'close'): NamedFault {
  return {
    name: `P27-${moment}`,
    expected: ['right'],
    later: ['right'],
    note: 'Kept, and it is said that nobody could look at it again. Nothing is opened twice.',
    make() {
      const gone = new Set<string>();
      const there = (path: string) => {
        if (gone.has(path)) throw new Refusal(STATUS.NO_SUCH_FILE);
      };
      return {
        sftp: {
          tree: (tree) => ({
            attributes: async (path) => {
              const found = await tree.attributes(path);
              there(path); // after what was asked before
              return found;
            },
            list: (path) => hidden(tree, (inner) => gone.has(inner)).list(path),
            async open(path) {
              there(path);
              const file = await tree.open(path);
              const { size = 0 } = await file.attributes();
              if (moment === 'open') gone.add(path);
              return {
                ...file,
                async read(offset, length) {
                  if (moment === 'end') there(path);
                  if (moment === 'end' && offset + length >= size) gone.add(path);
                  return file.read(offset, length);
                },
                async close() {
                  if (moment === 'close') gone.add(path);
                  await file.close();
                },
              };
            },
          }),
        },
      };
    },
  };
}

/** Replies of a kind go on after their end. */
function trailing(type: 'NAME' | 'ATTRS', code: Verdict): NamedFault {
  return {
    name: `P31-${type}`,
    expected: [code],
    make: () => ({
      sftp: {
        frame(_, frame, send) {
          if (frame.readUInt8(4) !== MESSAGE[type]) return send(frame);
          send(Buffer.concat([u32(frame.readUInt32BE(0) + 3), frame.subarray(4), Buffer.from('end')]));
        },
      },
    }),
  };
}

/** Bytes of a file that does not exist; past its end EOF. */
function made(offset: number, length: number): Answer {
  return length <= 0 ? status(STATUS.EOF) : { kind: 'data', bytes: Buffer.alloc(length, `${offset % 10}`) };
}

function readOnce(): Fault {
  const used = new Set<string>();
  return {
    sftp: {
      tree: (tree) => ({
        ...tree,
        async open(path) {
          if (used.has(path)) throw new Refusal(STATUS.NO_SUCH_FILE);
          used.add(path);
          return tree.open(path);
        },
      }),
    },
  };
}

/** From its first READ on, a file has another size and time, and other content from its middle on. */
function changingWhileRead(
  sizeAfter: (size: number) => number,
  attributesAfter: (of: { modified: number }) => { modified: number },
): Fault {
  const changed = new Set<string>();
  return {
    sftp: {
      tree: (tree) => {
        const lie = async (path: string, honest: Awaited<ReturnType<typeof tree.attributes>>) =>
          changed.has(path)
            ? { ...honest, size: sizeAfter(honest.size ?? 0), ...attributesAfter(honest) }
            : honest;
        return {
          ...tree,
          attributes: async (path) => lie(path, await tree.attributes(path)),
          async open(path) {
            const file = await tree.open(path);
            const { size = 0 } = await file.attributes();
            return {
              ...file,
              attributes: async () => lie(path, await file.attributes()),
              async read(offset, length) {
                changed.add(path);
                if (offset < half(size)) return file.read(offset, Math.min(length, half(size) - offset));
                return made(offset, Math.min(length, sizeAfter(size) - offset));
              },
            };
          },
        };
      },
    },
  };
}
