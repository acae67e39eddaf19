/**
 * What a server may put into any text: escape sequences that clear a screen or set its title, line ends that
 * forge a line of a log or a header of a mail, marks that turn the direction of writing, the end of a C string.
 */
export const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\r\n250 ok\u202egpj.exe\u0000\u009b31m\u2028<b>';
