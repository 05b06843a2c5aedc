using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace KafkaMesh.Proxy.Admin;

/// <summary>The public key that access tokens are checked with: a SubjectPublicKeyInfo on P-256 (RFC 5480), looked at without the cryptographic library.</summary>
internal sealed class AccessKey
{
    private const int Length = 91;

    private readonly byte[] _info;

    private AccessKey(byte[] info) => _info = info;

    // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 0, 4 = uncompressed point …
    private static ReadOnlySpan<byte> Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42,
        0x00, 0x04,
    ];

    /// <summary>Reads base64; false when it is no such key.</summary>
    public static bool TryParse(string text, out AccessKey? key)
    {
        var info = new byte[Length + 2];
        key = Convert.TryFromBase64String(text, info, out int written) && written == Length && info.AsSpan().StartsWith(Prefix)
            ? new AccessKey(info[..Length])
            : null;
        return key is not null;
    }

    /// <summary>The key, ready to verify with.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve, or there is no OpenSSL.</exception>
    public ECDsa Open()
    {
        // The runtime aborts the whole process when it wants OpenSSL and finds none; relaying goes before that.
        if (OperatingSystem.IsLinux() && !NativeLibrary.TryLoad("libssl.so.3", out _))
        {
            throw new CryptographicException("libssl.so.3 is not installed");
        }

        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_info, out _);
        return key;
    }
}
