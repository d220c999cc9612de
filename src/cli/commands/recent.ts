export async function recent(): Promise<void> {}
