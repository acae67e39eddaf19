/** The few ways in which the simulator misbehaves for the tests of nodes and flows. */
import type { Fault } from '../../simulator/rap-server.ts';
import { MESSAGE } from '../../simulator/sftp/wire.ts';

/** Reports of this path end `by` bytes too early. */
export function shortFile(path: string, by = 10): Fault {
  return {
    sftp: {
      tree: (honest) => ({
        attributes: (at) => honest.attributes(at),
        list: (at) => honest.list(at),
        async open(at) {
          const file = await honest.open(at);
          if (at !== path) return file;
          const end = Number((await file.attributes()).size) - by;
          return {
            attributes: () => file.attributes(),
            close: () => file.close(),
            read: (offset, length) =>
              file.read(offset < end ? offset : 2 ** 40, Math.min(length, Math.max(1, end - offset))),
          };
        },
      }),
    },
  };
}

/** Serves so many files, then never answers an OPEN again. `stuck` resolves when that is so. */
export function stuckAfter(files: number): { fault: Fault; stuck: Promise<void> } {
  let opened = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    stuck: promise,
    fault: {
      sftp: {
        answer(request, honest) {
          if (request.type !== MESSAGE.OPEN || ++opened <= files) return honest();
          resolve();
          return undefined;
        },
      },
    },
  };
}
