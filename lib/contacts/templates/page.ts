/**
 * The frame of every HTML mail: tables and inline styles only, because that is what Outlook understands; no
 * script, no style sheet, nothing fetched from anywhere.
 */
import { REPEAT_MARK } from '../message.ts';

// Without quotes, which would be escaped and longer; a name of several words does not need them.
const FONT = 'font-family:Segoe UI,Arial,sans-serif;';
const CELL = `${FONT}font-size:13px;line-height:18px;color:#1f2a37;padding:8px 10px;border-bottom:1px solid #e3e8ee;vertical-align:top;`;
const HEAD = `${FONT}font-size:11px;line-height:16px;color:#52606d;padding:6px 10px;background:#f1f4f8;border-bottom:1px solid #d5dce4;`;

/** Styles by name, for the templates: `style="{{s.cell}}"`. What stands inside a cell inherits its font. */
export const styles = {
  font: FONT,
  cell: `${CELL}text-align:left;`,
  number: `${CELL}text-align:right;white-space:nowrap;`,
  head: `${HEAD}text-align:left;`,
  headNumber: `${HEAD}text-align:right;`,
  inCell: 'font-size:12px;line-height:17px;color:#52606d;word-break:break-all;',
  remark: 'font-size:12px;line-height:17px;color:#8a4b00;',
  small: `${FONT}font-size:12px;line-height:17px;color:#52606d;`,
  mono: 'font-family:Consolas,Menlo,monospace;font-size:12px;color:#52606d;',
  path: 'word-break:break-all;',
  words: 'word-break:break-word;',
  heading: `${FONT}font-size:14px;line-height:20px;color:#1f2a37;font-weight:600;padding:18px 0 6px 0;`,
  account: `${FONT}font-size:17px;line-height:24px;color:#102a43;font-weight:600;padding:26px 0 2px 0;`,
  sentence: `${FONT}font-size:14px;line-height:20px;color:#1f2a37;padding:6px 0;`,
  label: `${FONT}font-size:12px;line-height:18px;color:#52606d;padding:10px 16px 10px 0;vertical-align:top;white-space:nowrap;border-bottom:1px solid #e3e8ee;text-align:left;`,
  value: `${FONT}font-size:14px;line-height:20px;color:#1f2a37;padding:10px 0;vertical-align:top;border-bottom:1px solid #e3e8ee;text-align:left;word-break:break-word;`,
} as const;

export const page = `<!DOCTYPE html>
<html lang="{{tag}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{{title}}</title>
</head>
<body style="margin:0;padding:0;background:#eef1f5;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef1f5"><tr><td align="center" style="padding:20px 10px;">
<table role="presentation" width="860" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="width:100%;max-width:860px;background:#ffffff;border:1px solid #d5dce4;">
<tr><td bgcolor="{{colour}}" style="background:{{colour}};padding:16px 24px;">
<div style="{{s.font}}font-size:20px;line-height:28px;color:#ffffff;font-weight:600;">{{title}}</div>
{{#subtitle}}<div style="{{s.font}}font-size:14px;line-height:20px;color:#ffffff;">{{subtitle}}</div>{{/subtitle}}
</td></tr>
<tr><td style="padding:16px 24px 24px 24px;">${REPEAT_MARK}
{{>content}}
</td></tr>
<tr><td bgcolor="#f7f9fb" style="background:#f7f9fb;border-top:1px solid #e3e8ee;padding:14px 24px;{{s.small}}">
{{#footer}}<div style="{{s.small}}{{s.words}}">{{.}}</div>{{/footer}}
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
