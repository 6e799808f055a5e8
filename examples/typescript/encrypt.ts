import { CompactEncrypt, CompactSign, type CryptoKey, importPKCS8 } from "jose";

export type Sender = {
  signingKey: CryptoKey; // private, Ed25519
  signingKeyId: string;
  encryptionKey: Uint8Array; // 32 bytes, shared with the sentences
  encryptionKeyId: string;
};

export function signingKeyFrom(pem: string): Promise<CryptoKey> {
  return importPKCS8(pem, "Ed25519");
}

// The result is good for one sentence and one kind, for the 24 hours after now.
export async function encryptEvent(
  sender: Sender, workflowId: string, kind: string, event: object,
): Promise<string> {
  const issued = Math.floor(Date.now() / 1000);
  const context = { sub: workflowId, kind };
  const signed = await new CompactSign(utf8(JSON.stringify(event)))
    .setProtectedHeader({
      alg: "Ed25519", kid: sender.signingKeyId, iat: issued, exp: issued + 86_400, ...context,
    })
    .sign(sender.signingKey);
  return await new CompactEncrypt(utf8(signed))
    .setProtectedHeader({
      alg: "dir", enc: "A256GCM", kid: sender.encryptionKeyId, cty: "JOSE", ...context,
    })
    .encrypt(sender.encryptionKey);
}

// The argument of a signal: a payload as Temporal's clients call it.
export function payloadOf(token: string): { metadata: { encoding: Uint8Array }; data: Uint8Array } {
  return { metadata: { encoding: utf8("application/jose") }, data: utf8(token) };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
