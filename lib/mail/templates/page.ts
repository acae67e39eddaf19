/**
 * The frame of every HTML mail: one table of one column, each row a line or a block, all styles inline. That is what
 * Outlook's Word engine understands; nothing depends on a style sheet, a media query or a width that it leaves out, and
 * nothing is fetched from anywhere. A column of fixed layout breaks what is long instead of growing.
 */
import { REPEAT_MARK } from '../message.ts';

// Without quotes, which would be escaped and longer; a name of several words does not need them.
const FONT = 'font-family:Segoe UI,Arial,sans-serif;';
/** Word makes a line at least so high by itself; with this as high as it says. */
const EXACT = 'mso-line-height-rule:exactly;';
/** Chrome and Gmail break by the first, Outlook by the second. */
const BREAK = 'overflow-wrap:anywhere;word-break:break-word;word-wrap:break-word;';
const ROW = `${FONT}${BREAK}font-size:14px;${EXACT}line-height:20px;color:#1f2a37;text-align:left;`;
const LINE = 'border-bottom:1px solid #e3e8ee;';

/** Styles by name, for the templates: `style="{{s.row}}"`. Each is of a cell, or of words inside one. */
export const styles = {
  row: `${ROW}padding:6px 16px;`,
  line: `${ROW}${LINE}padding:8px 16px;`,
  box: `${ROW}border-left:4px solid #b3261e;background:#fdf3f2;padding:10px 14px;`,
  heading: `${ROW}font-weight:600;padding:18px 16px 6px 16px;`,
  bad: `${ROW}color:#b3261e;font-weight:600;padding:18px 16px 6px 16px;`,
  account: `${ROW}font-size:17px;${EXACT}line-height:24px;color:#102a43;font-weight:600;padding:26px 16px 2px 16px;`,
  title: `${FONT}${BREAK}font-size:20px;${EXACT}line-height:28px;color:#ffffff;font-weight:600;text-align:left;padding:14px 16px;`,
  subtitle: `${FONT}${BREAK}font-size:14px;${EXACT}line-height:20px;color:#ffffff;text-align:left;padding:0 16px 14px 16px;`,
  foot: `${FONT}${BREAK}font-size:12px;${EXACT}line-height:17px;color:#52606d;background:#f7f9fb;text-align:left;padding:4px 16px;`,
  small: `font-size:12px;${EXACT}line-height:17px;color:#52606d;`,
  remark: `font-size:12px;${EXACT}line-height:17px;color:#8a4b00;`,
  link: 'color:#0b5394;text-decoration:underline;',
} as const;

export const page = `<!DOCTYPE html>
<html lang="{{tag}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{{title}}</title>
</head>
<body bgcolor="#ffffff" style="margin:0;padding:0;background:#ffffff;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="width:100%;table-layout:fixed;border-collapse:collapse;background:#ffffff;">
<tr><td bgcolor="{{colour}}" style="{{s.title}}background:{{colour}};">{{title}}</td></tr>
{{#subtitle}}<tr><td bgcolor="{{colour}}" style="{{s.subtitle}}background:{{colour}};">{{subtitle}}</td></tr>
{{/subtitle}}
<tr><td style="{{s.row}}">${REPEAT_MARK}{{#link}}<a href="{{link}}" style="{{s.link}}">{{w.openDesk}}</a>{{/link}}</td></tr>
{{>content}}
{{#footer}}<tr><td bgcolor="#f7f9fb" style="{{s.foot}}">{{.}}</td></tr>
{{/footer}}
</table>
</body>
</html>
`;
