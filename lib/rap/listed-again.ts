/** A second listing of single folders, asked for where what a server says of a file differs from the first one. */
import { folderEntries } from './folder-entries.ts';
import { atServer } from './folders.ts';
import type { ListedFile } from './listing.ts';
import type { Attributes } from './sftp-codec.ts';
import type { SftpRequests } from './sftp-requests.ts';

/** More is not read of one folder; what lies behind counts as not listed. */
const MOST_BYTES = 64 * 1024 * 1024;

export class ListedAgain {
  readonly #requests: SftpRequests;
  readonly #careful: boolean;
  /** Attributes by name (one character a byte), of each folder that was listed again; once in a download. */
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, Attributes>>>();

  constructor(requests: SftpRequests, careful: boolean) {
    this.#requests = requests;
    this.#careful = careful;
  }

  /**
   * Does the server list the file with the same size and time as before?
   * @throws RapError what ended the connection
   */
  async isListedSo({
    folder: ours,
    relative,
    name,
    nameHex,
    size,
    modifiedAt,
  }: ListedFile): Promise<boolean> {
    const folder = atServer(ours, relative);
    const listed = this.#folders.get(folder) ?? this.#list(folder);
    this.#folders.set(folder, listed);
    const bytes = nameHex === undefined ? Buffer.from(name) : Buffer.from(nameHex, 'hex');
    const now = (await listed).get(bytes.toString('latin1'));
    return now?.size === size && (now.modifiedAt ?? 0) === modifiedAt;
  }

  async #list(folder: string): Promise<ReadonlyMap<string, Attributes>> {
    let bytes = 0;
    const onAnswer = (_: number, more: number) => {
      bytes += more;
      if (bytes > MOST_BYTES) throw new RangeError(`${folder} is too large to be listed again`);
    };
    const options = { careful: this.#careful, onAnswer };
    const found = await this.#requests.unlessRefused(
      folderEntries(this.#requests, Buffer.from(folder), options),
    );
    return new Map(found?.entries.map(({ name, attributes }) => [name, attributes]));
  }
}
