/** A recipient as `producer.enqueue` takes it: a number or a group ID, alone or with the values that are theirs. */
export type ListEntry = string | { readonly to: string; readonly parameters: Readonly<Record<string, string>> };
