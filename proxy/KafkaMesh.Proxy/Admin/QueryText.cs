namespace KafkaMesh.Proxy.Admin;

/// <summary>The query of a request: <c>name=value</c> pairs, percent-encoded, <c>+</c> for a space (URL standard, application/x-www-form-urlencoded).</summary>
internal static class QueryText
{
    /// <summary>Takes a query apart; names without value stand for <c>true</c>.</summary>
    /// <param name="query">Without the question mark; a head bounds its length.</param>
    public static IEnumerable<(string Name, string Value)> Read(string query)
    {
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? (Decode(pair), "true") : (Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
