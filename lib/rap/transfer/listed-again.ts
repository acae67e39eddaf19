/** A second listing of single folders, asked for where what a server says of a file differs from the first one. */
import { type Clock, endsWithin } from '../../time/clock.ts';
import type { Attributes } from '../client/sftp-codec.ts';
import type { SftpRequests } from '../client/sftp-requests.ts';
import { folderEntries } from '../folder-entries.ts';
import { atServer } from '../folders.ts';
import type { ListedFile, ListingLimits } from '../listing.ts';

export class ListedAgain {
  readonly #requests: SftpRequests;
  readonly #options: { clock: Clock; careful: boolean; limits: ListingLimits };
  /** Attributes by name (one character a byte), of each folder that was listed again; once in a download. */
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, Attributes>>>();

  constructor(requests: SftpRequests, options: { clock: Clock; careful: boolean; limits: ListingLimits }) {
    this.#requests = requests;
    this.#options = options;
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

  /** A folder beyond the limits of a listing counts as not listed. */
  async #list(folder: string): Promise<ReadonlyMap<string, Attributes>> {
    const { clock, careful, limits } = this.#options;
    const start = clock.monotonic();
    const late = () => new RangeError(`${folder} is not listed again in time`);
    let [entries, bytes] = [0, 0];
    const onAnswer = (moreEntries: number, moreBytes: number) => {
      entries += moreEntries;
      bytes += moreBytes;
      const over = entries > limits.entries || bytes > limits.bytes;
      if (over) throw new RangeError(`${folder} is too large to be listed again`);
      if (clock.monotonic() - start > limits.time) throw late();
    };
    const listing = folderEntries(this.#requests, Buffer.from(folder), { careful, onAnswer });
    const found = await this.#requests.unlessRefused(endsWithin(clock, limits.time, listing, late));
    return new Map(found?.entries.map(({ name, attributes }) => [name, attributes]));
  }
}
