using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KafkaMesh.Playground.ApiServer;

/// <summary>Writes kubeconfig files that only their owner can read.</summary>
internal static class Kubeconfig
{
    /// <summary>Writes a file with a client certificate.</summary>
    public static void WriteWithCertificate(string path, Uri server, string authorityPem, X509Certificate2 client)
    {
        var key = client.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The client certificate has no private key.");
        var credentials = $"    client-certificate-data: {Base64(client.ExportCertificatePem())}\n    client-key-data: {Base64(key.ExportPkcs8PrivateKeyPem())}\n";
        Write(path, server, authorityPem, credentials);
    }

    /// <summary>Writes a file with a bearer token.</summary>
    public static void WriteWithToken(string path, Uri server, string authorityPem, string token) =>
        Write(path, server, authorityPem, $"    token: {token}\n");

    private static void Write(string path, Uri server, string authorityPem, string credentials)
    {
        var text =
            $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: playground
              cluster:
                server: {server.GetLeftPart(UriPartial.Authority)}
                certificate-authority-data: {Base64(authorityPem)}
            users:
            - name: admin
              user:
            {credentials}contexts:
            - name: playground
              context:
                cluster: playground
                user: admin
            current-context: playground

            """;
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
