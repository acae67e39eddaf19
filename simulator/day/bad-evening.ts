/** The evening of the demo on which something goes wrong with several reports, in the words of a day. */
export const badEvening = 'late RPP at 19:50; missing RPF01; damaged RMAMR03:4:DAT; amended CSEMA08 at 19:10';
