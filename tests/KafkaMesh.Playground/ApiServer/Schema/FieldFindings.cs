namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>What to do with unknown and repeated fields: the query parameter <c>fieldValidation</c>.</summary>
internal static class FieldFindings
{
    /// <summary>The values that a client may send; empty means Warn.</summary>
    public static readonly string[] Supported = ["", "Ignore", "Strict", "Warn"];

    /// <summary>The error for an unsupported value; null when <paramref name="value"/> is fine.</summary>
    public static FieldError? Check(string value)
        => Supported.Contains(value) ? null : FieldError.NotSupported("fieldValidation", value, Supported);

    /// <summary>The texts of findings as warnings and strict errors print them; duplicates first.</summary>
    public static IReadOnlyList<string> Findings(IEnumerable<string> duplicates, IEnumerable<string> unknown)
        => [.. duplicates.Select(path => $"duplicate field {GoText.Quote(path)}"), .. unknown.Select(path => $"unknown field {GoText.Quote(path)}")];
}
