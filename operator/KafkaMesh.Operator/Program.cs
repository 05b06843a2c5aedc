using System.CommandLine;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Commands;

var root = new RootCommand("KafkaMesh: Kafka metrics for Kubernetes pods")
{
    OperatorCommand.Create(),
    InjectCommand.Create(),
    UninjectCommand.Create(),
    CheckCommand.Create(),
    StatusCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    var wrong = parsed.UnmatchedTokens is [var token, ..] ? $"'{token}' is no command or flag here" : parsed.Errors[0].Message.TrimEnd('.');
    await Console.Error.WriteLineAsync($"kafkamesh: {wrong.ReplaceLineEndings(" ")} (kafkamesh --help lists what there is)");
    return WellKnownNames.ExitUsage;
}

// The operator takes its own time after SIGTERM.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
