using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>Verifies a webhook's certificate against the caBundle of its configuration and nothing else; errors read as Go's.</summary>
internal sealed class WebhookCertificateCheck(string host, X509Certificate2Collection authorities, DateTimeOffset now)
{
    /// <summary>What is wrong with the certificate; null while nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the PEM certificates of a caBundle; anything else yields none, so that nothing is trusted.</summary>
    public static X509Certificate2Collection ReadBundle(string base64)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(base64)));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            authorities.Clear();
        }

        return authorities;
    }

    /// <summary>The callback for <see cref="SslClientAuthenticationOptions"/>.</summary>
    public bool Verify(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf)
        {
            Problem = "remote error: tls: no certificate";
            return false;
        }

        Problem = Validity(leaf) ?? Chain(leaf, presented) ?? Name(leaf);
        return Problem is null;
    }

    private string? Validity(X509Certificate2 leaf)
    {
        var (start, end) = (leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime());
        if (now.UtcDateTime > end)
        {
            return $"x509: certificate has expired or is not yet valid: current time {Time(now.UtcDateTime)} is after {Time(end)}";
        }

        return now.UtcDateTime < start
            ? $"x509: certificate has expired or is not yet valid: current time {Time(now.UtcDateTime)} is before {Time(start)}"
            : null;
    }

    private string? Chain(X509Certificate2 leaf, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        foreach (var element in presented?.ChainElements.Skip(1) ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf) ? null : "x509: certificate signed by unknown authority";
    }

    private string? Name(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        var dns = names.SelectMany(n => n.EnumerateDnsNames()).ToList();
        if (IPAddress.TryParse(host, out var address))
        {
            var addresses = names.SelectMany(n => n.EnumerateIPAddresses()).ToList();
            if (addresses.Count == 0)
            {
                return $"x509: cannot validate certificate for {host} because it doesn't contain any IP SANs";
            }

            return addresses.Contains(address) ? null : $"x509: certificate is valid for {string.Join(", ", addresses)}, not {host}";
        }

        if (dns.Count == 0)
        {
            return leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false).Length > 0
                ? "x509: certificate relies on legacy Common Name field, use SANs instead"
                : $"x509: certificate is not valid for any names, but wanted to match {host}";
        }

        return leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false) ? null : $"x509: certificate is valid for {string.Join(", ", dns)}, not {host}";
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
