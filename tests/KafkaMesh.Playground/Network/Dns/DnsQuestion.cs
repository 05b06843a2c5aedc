namespace KafkaMesh.Playground.Network.Dns;

/// <summary>The one question of a query: its name in lower case without the last dot, and its type and class (RFC 1035, section 4.1.2).</summary>
internal readonly record struct DnsQuestion(string Name, ushort Type, ushort Class);
