using System.Globalization;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest.Selection;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>ListOptions of meta/v1 from the query, validated as a real server does, for list, watch and deletecollection.</summary>
internal sealed record ListRequest
{
    /// <summary>Label selector.</summary>
    public LabelSelector Labels { get; init; } = LabelSelector.Everything;

    /// <summary>Field selector.</summary>
    public FieldSelector Fields { get; init; } = FieldSelector.Everything;

    /// <summary>Most items in one answer; 0 for all.</summary>
    public long Limit { get; init; }

    /// <summary>Token of the previous page, or empty.</summary>
    public string Continue { get; init; } = "";

    /// <summary>resourceVersion as given, or empty.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>resourceVersionMatch as given, or empty.</summary>
    public string ResourceVersionMatch { get; init; } = "";

    /// <summary>How long a watch may last in seconds; null for the server's choice.</summary>
    public long? TimeoutSeconds { get; init; }

    /// <summary>Whether a watch wants bookmarks.</summary>
    public bool Bookmarks { get; init; }

    /// <summary>Whether a watch begins with all objects and an end-of-list bookmark.</summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>Reads and checks the query.</summary>
    /// <exception cref="ApiException">400 or 422.</exception>
    public static ListRequest Parse(IQueryCollection query, ResourceKind kind, bool watch)
    {
        var request = new ListRequest
        {
            Labels = Select(() => LabelSelector.Parse(query["labelSelector"].ToString())),
            Fields = Select(() => FieldSelector.Parse(query["fieldSelector"].ToString(), kind)),
            Limit = Number(query["limit"].ToString()) ?? 0,
            Continue = query["continue"].ToString(),
            ResourceVersion = query["resourceVersion"].ToString(),
            ResourceVersionMatch = query["resourceVersionMatch"].ToString(),
            TimeoutSeconds = Number(query["timeoutSeconds"].ToString()),
            Bookmarks = IsTrue(query["allowWatchBookmarks"].ToString()),
            SendInitialEvents = IsTrue(query["sendInitialEvents"].ToString()),
        };
        request.Check(watch, query.ContainsKey("sendInitialEvents"));
        return request;
    }

    /// <summary>Whether a boolean parameter says yes: present and neither false nor 0.</summary>
    public static bool IsTrue(string value) => value.Length > 0 && value is not ("false" or "0" or "False" or "FALSE" or "f" or "F");

    private void Check(bool watch, bool initialEventsGiven)
    {
        if (watch)
        {
            CheckWatch(initialEventsGiven);
            return;
        }

        if (initialEventsGiven)
        {
            throw Refuse("FieldValueForbidden", "sendInitialEvents", "Forbidden: sendInitialEvents is forbidden for list");
        }

        if (Continue.Length > 0 && ResourceVersionMatch.Length > 0)
        {
            throw Refuse("FieldValueForbidden", "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden when continue is provided");
        }

        CheckMatch();
    }

    private void CheckMatch()
    {
        if (ResourceVersionMatch.Length == 0)
        {
            return;
        }

        if (ResourceVersion.Length == 0)
        {
            throw Refuse("FieldValueForbidden", "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
        }

        if (ResourceVersionMatch is not ("Exact" or "NotOlderThan"))
        {
            throw Refuse(
                "FieldValueNotSupported", "resourceVersionMatch",
                $"Unsupported value: \"{ResourceVersionMatch}\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
        }

        if (ResourceVersionMatch == "Exact" && ResourceVersion == "0")
        {
            throw Refuse(
                "FieldValueForbidden", "resourceVersionMatch", "Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    private void CheckWatch(bool initialEventsGiven)
    {
        if (initialEventsGiven && ResourceVersionMatch != "NotOlderThan")
        {
            throw Refuse(
                "FieldValueForbidden", "resourceVersionMatch", "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        if (!initialEventsGiven && ResourceVersionMatch.Length > 0)
        {
            throw Refuse(
                "FieldValueForbidden", "resourceVersionMatch",
                "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }
    }

    private static ApiException Refuse(string reason, string field, string message) =>
        ApiErrors.Invalid("meta.k8s.io", "ListOptions", "ListOptions.meta.k8s.io", "", [new StatusCause(reason, message, field)]);

    private static long? Number(string text) => text.Length == 0
        ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    private static T Select<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (SelectorSyntaxException e)
        {
            throw ApiErrors.BadRequest(e.Message);
        }
    }
}
