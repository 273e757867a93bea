// A partner's program: generated types, a small client, everything that is public read once.
import createClient from "openapi-fetch";

import type { components, paths } from "./build/relais.js";

type Item = components["schemas"]["WithTranslations"];

const client = createClient<paths>({ baseUrl: process.argv[2] });

async function everything(): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const { data, error } = await client.GET("/api/v1/records", {
      params: { query: { limit: 2, order: "title", fields: "title,url,type", cursor } },
    });
    if (data === undefined) throw new Error(error.detail);
    found.push(...data.items);
    cursor = data.next === null ? undefined : new URL(data.next).searchParams.get("cursor")!;
  } while (cursor !== undefined);
  return found;
}

const titles = (await everything()).map((item) => item.title);
const refused = await client.GET("/api/v1/records", { params: { query: { near: "91,181" } } });
const map = await client.GET("/api/v1/map", { params: { query: { bbox: "-180,-90,180,90" } } });
console.log(
  JSON.stringify({ titles, parameter: refused.error?.parameter, type: map.data?.type }),
);
