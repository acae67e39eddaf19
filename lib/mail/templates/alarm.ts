/** An alarm, as HTML and as text: what happened, what it means, what to do, where and when. */

export const alarmHtml = `{{#notes}}<tr><td style="{{s.row}}"><b>{{.}}</b></td></tr>
{{/notes}}<tr><td style="{{s.line}}"><span style="{{s.small}}">{{w.happened}}</span><br><b>{{what}}</b>{{#known}}<br>{{.}}{{/known}}</td></tr>
<tr><td style="{{s.line}}"><span style="{{s.small}}">{{w.means}}</span><br>{{meaning}}</td></tr>
<tr><td bgcolor="#fdf3f2" style="{{s.box}}"><span style="{{s.small}}">{{w.cure}}</span><br>{{cure}}</td></tr>
{{#runbook}}<tr><td style="{{s.line}}"><a href="{{runbook}}" style="{{s.link}}">{{w.openRunbook}}</a></td></tr>
{{/runbook}}{{#hasDetails}}<tr><td style="{{s.line}}"><span style="{{s.small}}">{{w.detail}}{{#details}}<br>{{.}}{{/details}}</span></td></tr>
{{/hasDetails}}{{#facts}}<tr><td style="{{s.line}}"><span style="{{s.small}}">{{label}}</span><br>{{value}}</td></tr>
{{/facts}}`;

export const alarmText = `{{title}}

{{#link}}
{{w.openDesk}}: {{link}}

{{/link}}
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

{{#runbook}}
{{w.openRunbook}}: {{runbook}}

{{/runbook}}
{{#hasDetails}}
{{w.detail}}:
{{#details}}
  {{.}}
{{/details}}

{{/hasDetails}}
{{#facts}}
{{label}}: {{value}}
{{/facts}}

--
{{#footer}}
{{.}}
{{/footer}}
`;
