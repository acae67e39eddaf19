/**
 * What a webhook says in an answer that bears success: services of chats take every post with the status 200, and say in
 * JSON whether they passed it on. Only the fields by which they say so are read, never the words.
 */

/** Longer answers are no such message. */
const LONGEST = 64 * 1024;

/**
 * Does the body say that the post was not taken? What is no JSON object says nothing.
 * Sources: the documented answers of Slack's and Telegram's interfaces ("ok"), WeCom and DingTalk ("errcode"), Feishu and
 * many others ("code"), JSend ("status").
 */
export function saysRefused(body: string): boolean {
  const answer = objectIn(body);
  const { ok, success, errcode, code, status, error, errors } = answer;
  return (
    [ok, success].some((one) => one === false || one === 'false') ||
    [errcode, code].some((one) => /^-?\d+$/.test(String(one)) && !isSuccess(Number(one))) ||
    (typeof status === 'string' && /^(error|fail|failed|failure)$/i.test(status)) ||
    (typeof error === 'string' ? error !== '' : isFull(error) || error === true) ||
    isFull(errors)
  );
}

/** 0, or a status of HTTP. */
function isSuccess(code: number): boolean {
  return code === 0 || (code >= 200 && code < 300);
}

function isFull(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function objectIn(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.replace(/^\uFEFF/, ''));
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? Object.fromEntries(Object.entries(parsed)) : {};
  } catch {
    return {};
  }
}

/** The body of an answer in JSON, as far as it comes; '' of every other, whose rest is let go of. */
export async function jsonBody(answer: Response): Promise<string> {
  if (!/[/+]json\b/i.test(answer.headers.get('content-type') ?? '')) {
    await answer.body?.cancel();
    return '';
  }
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const piece of answer.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > LONGEST) return '';
    }
  } catch {
    // It answered with success: a line that breaks behind that says nothing against it.
  }
  return text;
}
