/** How many random cases a property tries: this many, or with RAP_PROPERTY_SHARE a part of them. */
export function runs(count: number): number {
  return Math.ceil(count * Number(process.env.RAP_PROPERTY_SHARE ?? 1));
}
