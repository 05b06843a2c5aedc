namespace KafkaMesh.Proxy.Detection;

/// <summary>What a TLS client says in clear before anything is encrypted.</summary>
/// <param name="ServerName">The host that it wants (SNI, RFC 6066 section 3), safe to print; null when it names none.</param>
/// <param name="Protocols">The application protocols that it offers (ALPN, RFC 7301), safe to print, in its order; at most <see cref="ClientHelloParser.MaxProtocols"/>.</param>
internal sealed record ClientHello(string? ServerName, IReadOnlyList<string> Protocols);
