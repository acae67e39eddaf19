/** An alarm, as HTML and as text: what happened, what it means, what to do, where and when. */

export const alarmHtml = `{{#notes}}<div style="{{s.sentence}}"><b>{{.}}</b></div>
{{/notes}}<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;">
<tr><th width="130" style="{{s.label}}">{{w.happened}}</th><td style="{{s.value}}"><b>{{what}}</b>{{#known}}<div>{{.}}</div>{{/known}}</td></tr>
<tr><th style="{{s.label}}">{{w.means}}</th><td style="{{s.value}}">{{meaning}}</td></tr>
<tr><th style="{{s.label}}">{{w.cure}}</th><td style="{{s.value}}"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td width="4" bgcolor="#b3261e" style="background:#b3261e;"></td><td bgcolor="#fdf3f2" style="background:#fdf3f2;padding:10px 14px;{{s.font}}font-size:14px;line-height:20px;color:#1f2a37;">{{cure}}</td></tr></table></td></tr>
{{#facts}}<tr><th style="{{s.label}}">{{label}}</th><td style="{{s.value}}">{{value}}</td></tr>
{{/facts}}
</table>`;

export const alarmText = `{{title}}

{{#notes}}
{{.}}
{{/notes}}

{{w.happened}}:
  {{what}}
{{#known}}
  {{.}}
{{/known}}

{{w.means}}:
  {{meaning}}

{{w.cure}}:
  {{cure}}

{{#facts}}
{{label}}: {{value}}
{{/facts}}

--
{{#footer}}
{{.}}
{{/footer}}
`;
