using System.Text.Json.Nodes;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Manifests;

namespace KafkaMesh.Operator.Diagnosis.Report;

/// <summary>A report as JSON. docs/findings.md documents it: fields are added, never renamed or removed.</summary>
internal static class CheckJson
{
    /// <summary>The document.</summary>
    public static string Write(CheckReport report) => JsonText.WriteIndented(new JsonObject
    {
        ["apiVersion"] = "cli.kafkamesh.io/v1",
        ["kind"] = "CheckReport",
        ["version"] = ProductVersion.Text,
        ["result"] = Name(report.Worst),
        ["counts"] = new JsonObject(Enum.GetValues<Verdict>().Select(v => KeyValuePair.Create(Name(v), (JsonNode?)report.Count(v)))),
        ["findings"] = new JsonArray([.. report.Findings.Select(Finding)]),
    });

    /// <summary>Name of a verdict.</summary>
    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.Unknown => "unknown",
        Verdict.Warning => "warning",
        _ => "error",
    };

    private static JsonNode Finding(Finding finding)
    {
        var json = new JsonObject
        {
            ["code"] = finding.Check.Code,
            ["verdict"] = Name(finding.Verdict),
            ["section"] = finding.Check.Section,
            ["title"] = finding.Check.Title,
            ["message"] = finding.Message,
        };
        if (finding.Subject is { } subject)
            json["subject"] = subject;
        if (finding.Advice is { } advice)
            json["advice"] = advice;
        return json;
    }
}
