package colmenar.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;

/** Knows callers by their access tokens. */
@ApplicationScoped
public class TokenIdentityStore implements IdentityStore {

  @Inject private Tokens tokens;

  @Override
  public CredentialValidationResult validate(Credential credential) {
    if (credential instanceof BearerCredential bearer) {
      return tokens
          .valid(bearer.secret())
          .map(TokenIdentityStore::caller)
          .orElse(CredentialValidationResult.INVALID_RESULT);
    }
    if (credential instanceof UsernamePasswordCredential login) {
      return tokens
          .valid(login.getPasswordAsString())
          .filter(token -> token.user().equals(login.getCaller()))
          .map(TokenIdentityStore::caller)
          .orElse(CredentialValidationResult.INVALID_RESULT);
    }
    return CredentialValidationResult.NOT_VALIDATED_RESULT;
  }

  private static CredentialValidationResult caller(Token token) {
    String id = token.id().toString();
    return new CredentialValidationResult(null, token.user(), null, id, token.role().groups());
  }
}
