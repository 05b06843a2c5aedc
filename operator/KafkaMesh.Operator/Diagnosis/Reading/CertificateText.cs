using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>Reads certificates out of what objects hold; anything else reads as none.</summary>
internal static class CertificateText
{
    private const int MaxLength = 512 * 1024;

    /// <summary>The text behind base64.</summary>
    /// <returns>Null when it is none.</returns>
    public static string? FromBase64(string? text)
    {
        if (text is null || text.Length > MaxLength)
            return null;
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : null;
    }

    /// <summary>The certificates of a PEM text.</summary>
    public static X509Certificate2Collection Read(string? pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            if (pem is not null)
                certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            certificates.Clear();
        }
        return certificates;
    }
}
