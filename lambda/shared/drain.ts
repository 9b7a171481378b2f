/** Takes everything that a generator yields, in its order, and gives what it returns. */
export async function drain<Item, Result>(items: AsyncGenerator<Item, Result>, take: (item: Item) => void): Promise<Result> {
  let step = await items.next();
  for (; step.done !== true; step = await items.next()) take(step.value);
  return step.value;
}
