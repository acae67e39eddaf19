/** The English texts, room by room: they say which keys there are. */
import acts from './acts.json' with { type: 'json' };
import cells from './cells.json' with { type: 'json' };
import delivery from './delivery.json' with { type: 'json' };
import demo from './demo.json' with { type: 'json' };
import desk from './desk.json' with { type: 'json' };
import errors from './errors.json' with { type: 'json' };
import mail from './mail.json' with { type: 'json' };
import nodes from './nodes.json' with { type: 'json' };
import practice from './practice.json' with { type: 'json' };
import reasons from './reasons.json' with { type: 'json' };
import reports from './reports.json' with { type: 'json' };
import runbook from './runbook.json' with { type: 'json' };
import weather from './weather.json' with { type: 'json' };

export const en = {
  ...acts,
  ...cells,
  ...delivery,
  ...demo,
  ...desk,
  ...errors,
  ...mail,
  ...nodes,
  ...practice,
  ...reasons,
  ...reports,
  ...runbook,
  ...weather,
};

/** 'desk.today.lookNow': the room, which is the name of its file, and the text in it. */
export type Key = keyof typeof en;

/** A text that counts may have a form for one; the other form serves where it has none. Chinese has one form for all. */
export type Text = string | { readonly one: string; readonly other: string };

/** A language has every text of the English. */
export type Catalogue = Readonly<Record<Key, Text>>;
