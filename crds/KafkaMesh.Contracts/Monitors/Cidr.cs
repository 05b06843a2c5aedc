namespace KafkaMesh.Contracts.Monitors;

/// <summary>Textual form of address ranges.</summary>
public static class Cidr
{
    /// <summary>RE2 expression: an IPv4 or IPv6 address with a prefix length.</summary>
    public const string Pattern = @"^([0-9]{1,3}(\.[0-9]{1,3}){3}/([0-9]|[12][0-9]|3[0-2])|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))$";
}
