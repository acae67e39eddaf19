/**
 * Record layouts of the three data files. Header fields, record lengths (143, 127, 260), names in the header
 * and the rule of the record checksum are published (CCASS Terminal User Guide, "Report Data File Layout");
 * the layouts date from 2007 to 2018 and may have changed. Fields of the CCLTN05 detail and trailer follow public
 * descriptions of that file and add up to its length. The rest is invented to fill the published length.
 */
import { layout } from './fixed-length.ts';

/** [stated] up to the last filler, which is inferred from the record length. */
export const fcsHeader = layout(`
  recordType:X(1) participant:X(6) report:X(7) name:X(15) market:X(4) tradeDate:9(8) settlementDate:9(8)
  filler:X(91) end:X(3)`);

export const fcsDetail = layout(`
  recordType:X(1) indicator:9(1) stockCode:9(5) isin:X(12) isolated:X(1) reason:X(1) position:X(9) side:X(1)
  tradeTime:9(4) tradeReference:9(16) broker:9(4) counterparty:9(4) clearingParticipant:X(6) quantity:9(11)
  price:9(8) value:9(13) currency:X(3) method:X(1) direct:X(1) charges:9(7) accruedInterest:9(13) sign:X(1)
  shortSell:X(1) origin:X(1) hedge:X(1) checksum:9(14) end:X(3)`);

export const fcsTrailer = layout(`
  recordType:X(1) stockCodes:9(10) quantities:9(17) prices:9(13) values:9(18) accruedInterests:9(18)
  checksums:9(18) filler:X(45) end:X(3)`);

/** [inferred] the fields of the FCS header without the settlement date. */
export const pcsHeader = layout(`
  recordType:X(1) participant:X(6) report:X(7) name:X(15) market:X(4) tradeDate:9(8) filler:X(83) end:X(3)`);

/** [invented] except the fields that the published checksum rule names. */
export const pcsDetail = layout(`
  recordType:X(1) stockCode:9(5) isin:X(12) side:X(1) tradeTime:9(4) tradeReference:9(16) broker:9(4)
  counterparty:9(4) clearingParticipant:X(6) quantity:9(11) price:9(8) value:9(13) currency:X(3) method:X(1)
  accruedInterest:9(13) sign:X(1) checksum:9(14) filler:X(7) end:X(3)`);

/** [invented]; that a trailer carries counts and totals is published. */
export const pcsTrailer = layout(`
  recordType:X(1) details:9(7) stockCodes:9(10) quantities:9(17) prices:9(13) values:9(18)
  accruedInterests:9(18) checksums:9(18) filler:X(22) end:X(3)`);

/** [stated] up to the last filler. */
export const isiHeader = layout(`
  recordType:X(1) participant:X(6) report:X(7) name:X(15) market:X(4) date:9(8) filler:X(216) end:X(3)`);

/** [stated] time, user, function, status, counterparty, checksum; the other fields and places are invented. */
export const isiActivity = layout(`
  recordType:X(1) time:9(6) user:X(8) function:9(1) status:X(1) counterparty:X(6) instruction:X(1) payment:X(3)
  onHold:X(1) concession:X(1) settlementDate:9(8) stockCode:9(5) isin:X(12) quantity:9(12) value:9(13)
  currency:X(3) spare:X(148) checksum:9(14) filler:X(13) end:X(3)`);

/** [stated] seven counts of five digits and their checksum; the spare bytes are invented. */
export const isiCharges = layout(`
  recordType:X(1) pending:9(5) unaffirmed:9(5) changes:9(5) authorizations:9(5) deletions:9(5) onHoldRdp:9(5)
  onHoldDvp:9(5) spare:X(84) checksum:9(11) filler:X(126) end:X(3)`);

/** [invented]. */
export const isiTrailer = layout(`
  recordType:X(1) activities:9(7) charges:9(7) stockCodes:9(10) quantities:9(18) values:9(18) checksums:9(18)
  filler:X(178) end:X(3)`);
