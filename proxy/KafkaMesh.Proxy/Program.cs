using KafkaMesh.Proxy.Commands;

return CommandLine.Run(args, [new InitCommand()], CommandConsole.OfProcess());
