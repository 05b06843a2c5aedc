using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>The query of a request; whatever is not as the contract says is told in one sentence.</summary>
internal sealed class RequestQuery
{
    private const int MaxEcho = 64;
    private readonly IQueryCollection _query;

    /// <summary>Takes the query of a request.</summary>
    /// <param name="query">The query.</param>
    /// <param name="known">The parameters that the operation has.</param>
    /// <exception cref="ProblemException">There is another parameter, or one twice.</exception>
    public RequestQuery(IQueryCollection query, IReadOnlyList<string> known)
    {
        _query = query;
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                throw ProblemException.BadRequest($"there is no parameter '{Echo(name)}' here; there is {(known.Count == 0 ? "none" : string.Join(", ", known))}");
            if (values.Count > 1)
                throw ProblemException.BadRequest($"the parameter {name} is given {values.Count} times; give it once");
        }
    }

    /// <summary>A text; null when it is not given.</summary>
    public string? Text(string name, int maxLength)
    {
        var value = Value(name);
        return value?.Length > maxLength ? throw ProblemException.BadRequest($"the parameter {name} has {value.Length} characters; it takes at most {maxLength}") : value;
    }

    /// <summary>A whole number within bounds.</summary>
    public int Number(string name, int least, int most, int standard)
    {
        if (Value(name) is not { } value)
            return standard;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw ProblemException.BadRequest($"the parameter {name} is '{Echo(value)}'; it takes a whole number from {least} to {most}");
    }

    /// <summary>One of some words; the first one when it is not given.</summary>
    public string Word(string name, string standard, params IReadOnlyList<string> words)
    {
        var value = Value(name) ?? standard;
        return words.Contains(value, StringComparer.Ordinal)
            ? value
            : throw ProblemException.BadRequest($"the parameter {name} is '{Echo(value)}'; it takes one of {string.Join(", ", words)}");
    }

    /// <summary><c>true</c> or <c>false</c>; false when it is not given.</summary>
    public bool Flag(string name) => Word(name, "false", "true", "false") == "true";

    /// <summary>A time; null when it is not given.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Value(name) is not { } value)
            return null;
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && value.Contains('T', StringComparison.Ordinal)
            ? time
            : throw ProblemException.BadRequest($"the parameter {name} is '{Echo(value)}'; it takes a time as RFC 3339 writes it, such as 2026-01-31T12:00:00Z");
    }

    /// <summary>Text of the caller as it may stand in a sentence: short, on one line.</summary>
    public static string Echo(string text)
    {
        var start = text.Length <= MaxEcho ? text : text[..(char.IsHighSurrogate(text[MaxEcho - 1]) ? MaxEcho - 1 : MaxEcho)] + "…";
        return string.Concat(start.Select(c => char.IsControl(c) ? '?' : c));
    }

    private string? Value(string name) => _query.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;
}
