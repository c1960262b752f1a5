/**
 * The bytes of a text in base64; undefined when it is none. Go takes padding as it must be and ignores line breaks.
 *
 * Source: https://pkg.go.dev/encoding/base64#Encoding.Decode
 */
export function decodeBase64(text: string): Buffer | undefined {
    const compact = text.replaceAll(/[\r\n]/g, "");
    return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact)
        ? Buffer.from(compact, "base64")
        : undefined;
}
