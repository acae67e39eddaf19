/**
 * How much of a channel's data a server may put into one packet. With the 32 KiB that ssh2 announces, the answer to a
 * read of 32 KiB, which has 13 bytes in front of its content, takes two packets: servers without longer reads send, and
 * we open, twice as many. Any packet of up to 35,000 bytes has to be taken in any case (RFC 4253, 6.1).
 */
export const PACKET_SIZE = 33 * 1024;

/** ssh2/lib/Channel.js, which tells the rest of ssh2; not in its typings. */
export interface ChannelFacts {
  PACKET_SIZE: number;
}

/** To be called before anything else of that copy is loaded. */
export function announcePacketSize(facts: ChannelFacts): void {
  facts.PACKET_SIZE = PACKET_SIZE;
}
