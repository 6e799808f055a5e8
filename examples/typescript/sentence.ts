import { createHash } from "node:crypto";
import {
  ApplicationFailure, Client, Connection, type DataConverter, WorkflowUpdateFailedError,
} from "@temporalio/client";

type Event = { event_id: string; [field: string]: unknown };
type PayloadCodec = NonNullable<DataConverter["payloadCodecs"]>[number];
type Payload = Parameters<PayloadCodec["decode"]>[0][number];
type JsonPayload = { metadata: Record<string, string>; data?: string };
type Receipt = { event_id: string; kind: string; disposition: string; reason: string };

const crn = process.env.CRN ?? "X901744";
const workflowId = `sentence-${crn}-1`;
const court = { id: "C01", role: "court_officer", organisation: "NPS" };
const officer = { id: "N07A001", role: "officer", organisation: "CRC" };

// Decrypts what the sentence answers, where there is a codec server; what is sent stays readable.
const codec = process.env.CODEC;
const answerCodec: PayloadCodec = {
  encode: async (payloads) => payloads,
  decode: async (payloads) => {
    if (!codec || payloads.length === 0) return payloads;
    const response = await fetch(`${codec}/decode`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ payloads: payloads.map(toJson) }),
    });
    const answer = (await response.json()) as { payloads: JsonPayload[] };
    return answer.payloads.map(fromJson);
  },
};

const address = process.env.TEMPORAL_ADDRESS ?? "localhost:7233";
const connection = await Connection.connect({ address });
const client = new Client({ connection, dataConverter: { payloadCodecs: [answerCodec] } });

const sentence = await client.workflow.signalWithStart("SentenceWorkflow", {
  workflowId,
  taskQueue: "sentences",
  workflowIdReusePolicy: "REJECT_DUPLICATE",
  args: [{ crn, event_number: "1" }],
  signal: "sentence_imposed",
  signalArgs: [{
    event_id: "e-1", occurred_at: "2026-11-02T10:30:00+00:00", by: court,
    type: "community_order", sentenced_on: "2026-11-02", ends_on: "2027-11-01",
    offence: { committed_on: "2026-06-01", violent_or_sexual: false },
    requirements: [{ requirement_id: "R1", kind: "rehabilitation_activity", days: 20 }],
    victims: { statutory_contact: false },
  }],
});
await sentence.signal("case_allocated", {
  event_id: "e-2", occurred_at: "2026-11-02T11:00:00+00:00", by: court,
  provider: "CRC", provider_code: "N07", risk_screening_completed: true,
});
await submit("failure_reported", {
  event_id: "e-3", occurred_at: "2026-11-10T16:00:00+00:00", by: officer,
  failure_id: "F1", failed_on: "2026-11-10", what: "missed_appointment", public_protection: false,
});
await submit("failure_judged", {
  event_id: "e-4", occurred_at: "2026-11-12T15:00:00+00:00", by: officer,
  failure_id: "F1", acceptable: true, rationale: "Was ill.", alternatives_considered: [],
});
for (const eventId of ["e-1", "e-2", "e-3", "e-4"]) {
  const { disposition, kind } = await settled(eventId);
  console.log(disposition, kind, eventId);
}
try {
  await submit("warning_issued", {
    event_id: "e-5", occurred_at: "2026-11-12T16:00:00+00:00", by: officer,
    warning_id: "W1", failure_ids: ["F1"], level: "first",
  });
} catch (error) {
  if (!(error instanceof WorkflowUpdateFailedError)) throw error;
  const cause = error.cause as ApplicationFailure;
  console.log(`${cause.type}: ${cause.message}`);
}
await connection.close();

function toJson({ metadata, data }: Payload): JsonPayload {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  return { metadata: Object.fromEntries(entries), data: base64(data ?? new Uint8Array()) };
}

function fromJson({ metadata, data }: JsonPayload): Payload {
  const entries = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, "base64")]);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data ?? "", "base64") };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

// The id is a digest of the content: the server answers a repeat with its first result.
function submit(kind: string, data: Event): Promise<Receipt[]> {
  const digest = createHash("sha256").update(JSON.stringify(data)).digest("hex");
  const updateId = `${workflowId}/${kind}/${digest}`;
  return sentence.executeUpdate<Receipt[], [object]>("submit", { args: [{ kind, data }], updateId });
}

// A message is `queued` for the first moments of a sentence, while it loads its law.
async function settled(eventId: string): Promise<Receipt> {
  for (;;) {
    const [receipt] = await sentence.query<Receipt[], [string]>("receipt", eventId);
    if (receipt && receipt.disposition !== "queued") return receipt;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
