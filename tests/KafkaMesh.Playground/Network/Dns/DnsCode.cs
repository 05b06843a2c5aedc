namespace KafkaMesh.Playground.Network.Dns;

/// <summary>Response codes (RFC 1035, section 4.1.1).</summary>
internal enum DnsCode
{
    NoError = 0,
    FormatError = 1,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,
}
