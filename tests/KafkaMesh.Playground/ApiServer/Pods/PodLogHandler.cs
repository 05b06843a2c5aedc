using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>The log subresource of pods.</summary>
internal sealed class PodLogHandler(Func<INodeAgent?> agent)
{
    /// <summary>Streams the log of the named, the annotated default or the only container.</summary>
    public async Task HandleAsync(HttpContext http, string @namespace, JsonObject pod)
    {
        var options = ParseOptions(http.Request.Query);
        var container = PodTarget.ChooseContainer(pod, http.Request.Query["container"].ToString());
        http.Response.Headers.CacheControl = "no-cache, private";
        if (PodTarget.NodeOf(pod).Length == 0)
        {
            // A pod without a node has no log yet: 204, as a real server answers.
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await using var log = await PodTarget.AskAsync(agent(), pod, a => a.OpenLogAsync(@namespace, ObjectMetadata.Text(pod, "name"), container, options, http.RequestAborted));
        http.Response.ContentType = "text/plain";
        await http.Response.StartAsync(http.RequestAborted);
        await log.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static LogOptions ParseOptions(IQueryCollection query)
    {
        var since = query["sinceTime"].ToString();
        DateTimeOffset? sinceTime = since.Length == 0
            ? null
            : DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : throw ApiErrors.BadRequest($"invalid sinceTime: parsing time \"{since}\" as RFC 3339 failed");
        return new LogOptions
        {
            Follow = ListRequest.IsTrue(query["follow"].ToString()),
            Previous = ListRequest.IsTrue(query["previous"].ToString()),
            Timestamps = ListRequest.IsTrue(query["timestamps"].ToString()),
            TailLines = (int?)Number(query, "tailLines", 0, int.MaxValue),
            SinceSeconds = (int?)Number(query, "sinceSeconds", 1, int.MaxValue),
            LimitBytes = Number(query, "limitBytes", 1, long.MaxValue),
            SinceTime = sinceTime,
        };
    }

    private static long? Number(IQueryCollection query, string name, long least, long most)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
        }

        var bound = least == 0 ? "must be greater than or equal to 0" : "must be greater than 0";
        return value >= least && value <= most
            ? value
            : throw ApiErrors.Invalid("", "PodLogOptions", "PodLogOptions", "", [new StatusCause("FieldValueInvalid", $"Invalid value: {value}: {bound}", name)]);
    }
}
