using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>
/// Types of scalars as Kubernetes' YAML reader (sigs.k8s.io/yaml) resolves them: YAML 1.1 with <c>yes</c>, <c>no</c>,
/// <c>on</c> and <c>off</c>, numbers as Go reads them (0644 is octal), timestamps as text.
/// </summary>
internal static partial class YamlScalars
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    /// <summary>The value of a scalar.</summary>
    /// <exception cref="ManifestSyntaxException">JSON has no such value.</exception>
    public static JsonNode? Resolve(SourceScalar scalar)
    {
        if (scalar.Tag == TagPrefix + "binary")
            return JsonValue.Create(Decoded(scalar.Text));

        // A tag of someone's own does not change the text, and !!str and quotes keep it.
        var isTyped = scalar.Tag is not null && scalar.Tag.StartsWith(TagPrefix, StringComparison.Ordinal) && scalar.Tag != TagPrefix + "str";
        return isTyped || (scalar.Tag is null && scalar.IsPlain) ? ResolvePlain(scalar.Text, scalar.Line) : JsonValue.Create(scalar.Text);
    }

    /// <summary>Whether a plain scalar of this text is that text, in YAML 1.1 and 1.2 alike.</summary>
    public static bool IsPlainText(string text) =>
        SafePlain().IsMatch(text) && ResolvePlain(text, 1) is JsonValue value && value.TryGetValue<string>(out _);

    private static JsonNode? ResolvePlain(string text, int line)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return JsonValue.Create(true);
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return JsonValue.Create(false);
            case ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF":
                throw new ManifestSyntaxException(line, $"'{text}' is a number that JSON, and so Kubernetes, does not have");
        }
        return text[0] is '+' or '-' or '.' or (>= '0' and <= '9') ? Number(text) ?? JsonValue.Create(text) : JsonValue.Create(text);
    }

    private static JsonNode? Number(string text)
    {
        if (Date().IsMatch(text))
            return null;
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (text[0] != '.' && Integer(plain) is { } integer)
            return integer >= long.MinValue && integer <= ulong.MaxValue ? Parsed(integer.ToString(CultureInfo.InvariantCulture)) : JsonValue.Create((double)integer);
        return Float().IsMatch(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : null;
    }

    // As Go's strconv.ParseInt with base 0.
    private static BigInteger? Integer(string text)
    {
        var isNegative = text[0] == '-';
        var digits = text.AsSpan(text[0] is '+' or '-' ? 1 : 0);
        if (digits.Length == 0)
            return null;
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, var prefix) = digits[1] switch
            {
                'x' or 'X' => (16, 2),
                'b' or 'B' => (2, 2),
                'o' or 'O' => (8, 2),
                _ => (8, 1),
            };
            digits = digits[prefix..];
        }
        if (digits.Length is 0 or > 400)
            return null;
        var value = BigInteger.Zero;
        foreach (var digit in digits)
        {
            var number = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (number >= radix)
                return null;
            value = (value * radix) + number;
        }
        return isNegative ? -value : value;
    }

    private static JsonNode? Parsed(string number) => JsonNode.Parse(number);

    private static string Decoded(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            return text;
        }
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}.*)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Float();

    [GeneratedRegex(@"^[A-Za-z_./][A-Za-z0-9_./@+-]*(:[A-Za-z0-9_./@+-]+)*\z|^[1-9][0-9]*(m|Ki|Mi|Gi)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SafePlain();
}
