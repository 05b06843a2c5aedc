using System.Globalization;

namespace KafkaMesh.Operator.Wording;

/// <summary>One or many, in sentences for people.</summary>
internal static class Plural
{
    /// <summary>A number and what it counts: "1 pod", "0 pods", "1,200 pods".</summary>
    /// <param name="number">How many.</param>
    /// <param name="one">The word for one.</param>
    /// <param name="many">The words for any other number; the word for one with an s when null.</param>
    public static string Of(long number, string one, string? many = null) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {Form(number, one, many ?? one + "s")}");

    /// <summary>The form of a word alone, such as a verb that a number asks for: "reports" or "report".</summary>
    public static string Form(long number, string one, string many) => number == 1 ? one : many;

    /// <summary>The beginning of a sentence about named things: "Pod a" or "3 pods, such as a,".</summary>
    /// <param name="number">How many, at least 1.</param>
    /// <param name="noun">The word for one, without capital.</param>
    /// <param name="first">Name of one of them.</param>
    public static string Named(long number, string noun, string first)
    {
        var text = Within(number, noun, first);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>The same within a sentence: "pod a" or "3 pods, such as a,".</summary>
    /// <param name="number">How many, at least 1.</param>
    /// <param name="noun">The word for one.</param>
    /// <param name="first">Name of one of them.</param>
    public static string Within(long number, string noun, string first) => number == 1 ? $"{noun} {first}" : $"{Of(number, noun)}, such as {first},";
}
