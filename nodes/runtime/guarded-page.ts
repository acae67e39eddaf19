/** What every page of ours says to the browser. */

/** Headers of a page of ours: nothing around it, nothing kept, nothing told to where its links lead. */
export function guardedPage(policy: string): Record<string, string> {
  return {
    'Content-Security-Policy': `${policy}; frame-ancestors 'self'`,
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}
